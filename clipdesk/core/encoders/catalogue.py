"""The models the dialog shows; cheap to ask for: nothing heavy is loaded, nobody is asked."""


