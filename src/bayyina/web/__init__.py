"""The web application: the work as people do it in a browser. It adds no rules of its own."""
