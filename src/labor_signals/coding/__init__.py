"""Human coding: codes in, on the same road as a tagger's probabilities."""
