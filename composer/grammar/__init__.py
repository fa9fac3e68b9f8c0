"""Music by rules: form, phrases, harmony, voices, melody and figuration, each grown from the one before."""
