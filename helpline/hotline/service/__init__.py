"""Use cases of the hotline: calls, queue, roster, voicemail, callbacks, texts."""
