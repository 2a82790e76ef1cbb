"""One job from its inputs to a finished run folder: a pair, a workspace, the demo, a benchmark, a survey."""
