"""From a corpus or ratings to a better model: the only place that loads TensorFlow and Keras."""
