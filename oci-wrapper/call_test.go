package main

import (
	"strings"
	"testing"
)

func TestCommandLinesOfContainerdAndCrio(t *testing.T) {
	for _, each := range []struct{ line, command, id, bundle, pidFile, root string }{
		{"--root /run/containerd/runc/k8s.io --log /b/log.json --log-format json --systemd-cgroup create --bundle /b --pid-file /b/init.pid abc",
			"create", "abc", "/b", "/b/init.pid", "/run/containerd/runc/k8s.io"},
		{"--root=/run/runc create --bundle=/b --pid-file=/p --no-pivot abc", "create", "abc", "/b", "/p", "/run/runc"},
		{"create -b /b --console-socket /s abc", "create", "abc", "/b", "", ""},
		{"--debug start abc", "start", "abc", "", "", ""},
		{"--version", "", "", "", "", ""},
		{"kill --all abc 9", "kill", "abc", "", "", ""},
	} {
		got := parse(strings.Fields(each.line))
		if got.command != each.command || got.id() != each.id || got.value("bundle", "b") != each.bundle ||
			got.value("pid-file") != each.pidFile || got.globalValue("root") != each.root {
			t.Errorf("%q: %+v, id %q", each.line, got, got.id())
		}
	}
}
