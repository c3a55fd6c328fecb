"""What is allowed where: configuration, zones, inline allows, waivers, baseline."""
