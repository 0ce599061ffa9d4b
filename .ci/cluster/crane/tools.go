//go:build tools

// Package tools names the program that is built from this module; its go.sum pins every source that goes into it.
package tools

import _ "github.com/google/go-containerregistry/cmd/crane"
