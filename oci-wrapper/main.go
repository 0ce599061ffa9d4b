// lifeboat-runc stands where containerd or CRI-O expects runc (a RuntimeClass handler's BinaryName). It turns the `create`
// of a container that asks for a checkpoint into `runc restore`, keeps the probes of one that stands still for its
// checkpoint from it, and hands everything else to runc as it came.
//
// A container asks with annotations:
//
//	lifeboat.dev/restore    the name of a checkpoint that the node's agent has put under /run/lifeboat/restores
//	lifeboat.dev/otherwise  what to do when it is not there or does not come back: "fail" (the default) or "cold-start"
//
// A checkpoint is taken once: it is renamed before it is read. When its container ends and is created again, the
// application starts afresh, as a restart should.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	// The runc behind this wrapper; LIFEBOAT_RUNC names another.
	usualRunc = "runc"
	// Where agents put checkpoints; LIFEBOAT_RESTORES names another.
	usualRestores = "/run/lifeboat/restores"
)

func main() {
	call := parse(os.Args[1:])
	ownProgramsFirst()
	runc, err := exec.LookPath(setting("LIFEBOAT_RUNC", usualRunc))
	if err != nil {
		fail(call, fmt.Errorf("no runc behind this wrapper: %w; set LIFEBOAT_RUNC to its path", err))
	}
	w := wrapper{runc: runc, restores: setting("LIFEBOAT_RESTORES", usualRestores), call: call}
	switch call.command {
	case "create":
		err = w.create()
	case "start":
		err = w.start()
	case "exec":
		err = w.exec()
	default:
		err = errNotOurs
	}
	if errors.Is(err, errNotOurs) {
		err = syscall.Exec(runc, append([]string{runc}, os.Args[1:]...), os.Environ())
	}
	if err != nil {
		fail(call, err)
	}
}

// ownProgramsFirst has runc find the CRIU that came with this wrapper, where one lies beside it.
func ownProgramsFirst() {
	if self, err := os.Executable(); err == nil {
		_ = os.Setenv("PATH", filepath.Dir(self)+":"+os.Getenv("PATH"))
	}
}

func setting(name, usual string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return usual
}

// fail says it where the container's manager looks: on the last line of the log that it gave runc (runc(8), --log), and
// on standard error for people.
func fail(call call, err error) {
	fmt.Fprintln(os.Stderr, "lifeboat-runc:", err)
	if file := call.globalValue("log"); file != "" {
		line, _ := json.Marshal(map[string]string{
			"level": "error", "msg": "lifeboat-runc: " + err.Error(), "time": time.Now().UTC().Format(time.RFC3339)})
		if log, broken := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); broken == nil {
			_, _ = log.Write(append(line, '\n'))
			_ = log.Close()
		}
	}
	os.Exit(1)
}
