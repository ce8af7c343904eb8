"""The stories, one file each: a generator that acts, and names a sentence of ``texts/stories.toml`` after each act."""
