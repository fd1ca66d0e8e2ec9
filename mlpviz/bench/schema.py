"""The JSON form of `mlpviz bench`, in words that `--help` shows."""

from __future__ import annotations

SCHEMA = 4

SCHEMA_TEXT = """the JSON object:
  schema             4; a later number means that something below has changed
  machine            processor, cores, vector_width, system, versions (numba: null where it is not installed), blas,
                     blas_core (whose kernels it runs), blas_threads
  yardstick_seconds  400,000 small NumPy calls from Python: what absolute figures of two machines are compared by; it
                     is measured once more in every object below that holds such a figure
  rows               one for each work and backend: work, backend, version, auto (true: "auto" takes it),
                     epochs_per_second, plain_epochs_per_second (the plain NumPy loop), ratio, loss and plain_loss after
                     the same updates, shuffled_epochs_per_second and shuffle_cost (plain order ÷ shuffled; else null)
  not_measured       work, backend, reason of every backend that cannot be had
  memory             for each case and backend: data_bytes, theta_bytes, peak_bytes (the data and what training adds),
                     data_multiple (peak ÷ data), theta_copies ((peak − data) ÷ θ), allowed_bytes, kept; null where
                     the system does not tell a process its peak
  linear             for each of rows and parameters: by, work, lines: backend, points [[n, seconds per epoch], …],
                     exponent (of the upper half; 1 is linear)
  sweep              for each activation: work, backend, cores that may be used, jobs (nets trained at once; one with
                     NumPy), one_seconds (one after another), jobs_seconds, ratio (one ÷ jobs, median of pairs)
  universality       what is built for random drawn functions: strokes (how many), limit: compiled, widths (how many),
                     seconds, worst_seconds; nets, one for each activation: activation, how, seconds and worst_seconds
                     for all its widths, first_seconds, ratios: width, median and worst largest error ÷ the limit of
                     ReLU nets, strokes (those whose limit is not 0; median and worst are null without any); all_nets:
                     seconds and worst_seconds for every activation of one stroke (seconds: the median)
  peers              null without --peers; else versions: by peer, version (null: not there) and how to get it; epochs:
                     trained before losses are compared; rows: work, peer, computes (in words), output,
                     same_mathematics, backend, epochs_per_second, peer_epochs_per_second, ratio, loss, peer_loss (null:
                     not finite), agree (to 1e-9); not_compared: work, peer, reason
with --gui, beside machine and yardstick_seconds:
  cores              one object for all cores and one for a single core: cores, headless_steps_per_second,
                     steps_per_second, share_of_headless, frames_per_second, frame_ms_p50, frame_ms_p99, pause_ms_p50,
                     pause_ms_worst; those of all cores stand in the object itself as well
  start, memory      start_seconds, empty_start_seconds, start_ratio, memory_mb, empty_memory_mb, memory_ratio: against
                     an empty plot window
"""
