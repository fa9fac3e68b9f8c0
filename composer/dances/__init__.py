"""Folk tunes and rags by tables that were counted in such music. Their engine is that of the grammar."""
