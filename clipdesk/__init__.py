"""Find pictures in your own folders by describing them, or by dropping a picture in."""

import os

__version__ = "0.1.0"

# Must be said before NumPy is loaded. Its products are small here, and OpenBLAS's threads wait for
# one another awake: a caption took 1.3 s so while decoders had the cores, and 35 ms by one thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
