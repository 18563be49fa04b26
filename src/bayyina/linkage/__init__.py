"""Record linkage: blocking, comparison, scoring without labels, clustering, evaluation."""
