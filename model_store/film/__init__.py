"""What film do these bytes hold? From here on it is a `Radiograph` with its header, or a refusal."""
