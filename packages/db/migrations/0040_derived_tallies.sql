-- Counts of items that a computation adds what is new to: {"exposures": […], "events": […]}; null where it counts all of them.
ALTER TABLE stats.derived_state ADD COLUMN tallies jsonb;
