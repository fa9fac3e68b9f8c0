"""The tutorial that Cadenza grew out of, rebuilt to be measured against."""
