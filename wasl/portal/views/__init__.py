"""The pages: home and services, the wizard, the track page."""
