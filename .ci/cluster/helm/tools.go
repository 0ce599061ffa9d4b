//go:build tools

// Package tools names the program that is built from this module; its go.sum pins every source that goes into it.
package tools

import _ "helm.sh/helm/v4/cmd/helm"
