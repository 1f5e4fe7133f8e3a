"""An open release and what is asked of it, without HTTP."""
