package main

import "strings"

// call is one command line of runc: GLOBAL OPTIONS, COMMAND, the command's own options and words.
type call struct {
	global  []string
	command string
	rest    []string
}

// Options of runc itself, before the command, that take a value (runc(8)); all others are switches.
var globalValues = map[string]bool{"root": true, "log": true, "log-format": true, "criu": true, "rootless": true}

// Options of `runc create`, `runc start` and `runc exec` that take a value (runc-create(8), runc-exec(8)).
var commandValues = map[string]bool{"bundle": true, "b": true, "console-socket": true, "pid-file": true, "preserve-fds": true, "pidfd-socket": true,
	"process": true, "p": true, "cwd": true, "env": true, "e": true, "user": true, "u": true, "additional-gids": true, "g": true,
	"process-label": true, "apparmor": true, "cap": true, "c": true, "cgroup": true}

func parse(args []string) call {
	for i := 0; i < len(args); i++ {
		name, _, joined := option(args[i])
		if name == "" {
			return call{global: args[:i], command: args[i], rest: args[i+1:]}
		}
		if globalValues[name] && !joined {
			i++
		}
	}
	return call{global: args}
}

// option splits --name=value; name is empty for anything that is no option.
func option(arg string) (name, value string, joined bool) {
	if !strings.HasPrefix(arg, "-") || arg == "-" {
		return "", "", false
	}
	return cut(strings.TrimLeft(arg, "-"))
}

func cut(arg string) (string, string, bool) { return strings.Cut(arg, "=") }

// value of an option of the command; the last one counts.
func (c call) value(names ...string) string { return find(c.rest, commandValues, names) }

func (c call) globalValue(names ...string) string { return find(c.global, globalValues, names) }

func find(args []string, takesValue map[string]bool, names []string) string {
	found := ""
	for i := 0; i < len(args); i++ {
		name, value, joined := option(args[i])
		if name == "" {
			continue
		}
		if takesValue[name] && !joined && i+1 < len(args) {
			i++
			value = args[i]
		}
		for _, wanted := range names {
			if name == wanted {
				found = value
			}
		}
	}
	return found
}

// id of the container: the first word that is no option's value.
func (c call) id() string {
	for i := 0; i < len(c.rest); i++ {
		name, _, joined := option(c.rest[i])
		if name == "" {
			return c.rest[i]
		}
		if commandValues[name] && !joined {
			i++
		}
	}
	return ""
}
