"""What researchers get: frames and graphs of a release, from sites that behave and from others."""
