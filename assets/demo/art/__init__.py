"""Drawing of the demo pictures and booklets."""
