#!/usr/bin/env -S node --max-semi-space-size=2
// Rows are short-lived garbage: a small young generation keeps the memory of an import flat, at no cost in speed.
import "../dist/main.js";
