"""Court orders: measures, obligations, deadlines, phases, indicators."""
