"""Court orders: obligations, deadlines, phases."""
