package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

const (
	restoreAnnotation   = "lifeboat.dev/restore"
	otherwiseAnnotation = "lifeboat.dev/otherwise"
	coldStart           = "cold-start"

	// A pod's sandbox carries its pod's annotations, too (containerd, pkg/cri/annotations).
	typeAnnotation = "io.kubernetes.cri.container-type"
	// Each container of a pod carries these; its init containers are nobody's checkpoint.
	nameAnnotation = "io.kubernetes.cri.container-name"
	// A pod's owner names by this the one container that is saved; all others start afresh.
	savedAnnotation = "lifeboat.dev/container"
	// runc hands the file that this names to CRIU (libcontainer/criu_linux.go).
	criuAnnotation = "org.criu.config"

	// Restored tasks stay stopped until `start`; connections end, for the pod has another address (criu(8)).
	criuSettings = "leave-stopped\ntcp-close\n"

	// When an agent has to be asked before it may run: "ask". A pod's checkpoint is claimed in the store, for all nodes.
	gateAnnotation = "lifeboat.dev/gate"
	ask            = "ask"

	changes  = "lifeboat-rootfs.tar"
	podFile  = "lifeboat-pod.json"
	taken    = ".taken"
	restored = ".restored"
	failed   = ".failed"
	done     = ".done"
	yes      = ".go"
	no       = ".no"
	marker   = "lifeboat-restored"

	// The agent asks the store once; a kubelet waits for two minutes.
	longestAsk   = 90 * time.Second
	betweenLooks = 5 * time.Millisecond
)

var (
	// errNotOurs says that runc is to do it as if nobody had looked.
	errNotOurs = errors.New("not ours")
	name       = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,250}$`)
)

type wrapper struct {
	runc     string
	restores string
	call     call
}

// create restores the container that asks for it, and leaves it standing still.
func (w wrapper) create() error {
	b, err := readBundle(w.call.value("bundle", "b"))
	if err != nil {
		return errNotOurs // runc says it better
	}
	wanted := b.annotations[restoreAnnotation]
	kind := b.annotations[typeAnnotation]
	if wanted == "" || kind == "sandbox" {
		return errNotOurs
	}
	if !name.MatchString(wanted) {
		return fmt.Errorf("annotation %s: %q is no checkpoint's name", restoreAnnotation, wanted)
	}
	if w.isAnothers(wanted, b.annotations[nameAnnotation], b.annotations[savedAnnotation]) {
		return errNotOurs
	}
	err = w.restoreOnce(b, wanted)
	// Where an agent is asked, a policy says what becomes of a restore that fails, and another node may have it by then.
	mayStart := b.annotations[otherwiseAnnotation] == coldStart && b.annotations[gateAnnotation] != ask
	if err != nil && !errors.Is(err, errNotOurs) && mayStart {
		fmt.Fprintf(os.Stderr, "lifeboat-runc: %s starts afresh: %v\n", w.call.id(), err)
		return errNotOurs
	}
	return err
}

// isAnothers says whether the checkpoint is of another container of the pod: its init containers start as ever before it,
// and its sidecars beside it. These may start when the checkpoint has been taken; then the owner's word alone tells.
func (w wrapper) isAnothers(wanted, container, named string) bool {
	if container == "" {
		return false
	}
	var saved struct {
		Container string `json:"container"`
	}
	text, err := os.ReadFile(filepath.Join(w.restores, wanted, podFile))
	if err == nil && json.Unmarshal(text, &saved) == nil && saved.Container != "" {
		return saved.Container != container
	}
	return named != "" && named != container
}

// restoreOnce takes the checkpoint by renaming it, so that of two who try one has it, and frees its memory in any case.
// One that went on leaves word of it: a container that is created again is then the application's own restart. One that
// was restored and may not go on leaves none, and so fails whoever comes for it again.
func (w wrapper) restoreOnce(b bundle, wanted string) error {
	here := filepath.Join(w.restores, wanted)
	if _, err := os.Stat(here + done); err == nil {
		return errNotOurs
	}
	images := here + taken
	if err := os.Rename(here, images); err != nil {
		return fmt.Errorf("checkpoint %s is not on this node: %w", wanted, err)
	}
	defer os.RemoveAll(images)
	if err := w.restore(b, images, here); err != nil {
		_ = write(here+failed, err.Error())
		return err
	}
	return nil
}

// write leaves the file as a whole, for who looks for it may look in the middle.
func write(file, words string) error {
	if err := os.WriteFile(file+".draft", []byte(words), 0o600); err != nil {
		return err
	}
	return os.Rename(file+".draft", file)
}

func (w wrapper) restore(b bundle, images, here string) error {
	if err := w.prepare(b, images, here); err != nil {
		return err
	}
	work, err := os.MkdirTemp(images, "work-")
	if err != nil {
		return err
	}
	args := append(append([]string{}, w.call.global...), "restore", "--detach", "--bundle", b.folder,
		"--image-path", images, "--work-path", work, "--file-locks",
		// The container's group is the new pod's, not the old one's.
		"--manage-cgroups-mode", "ignore")
	if file := w.call.value("pid-file"); file != "" {
		args = append(args, "--pid-file", file)
	}
	if socket := w.call.value("console-socket"); socket != "" {
		args = append(args, "--console-socket", socket)
	}
	command := exec.Command(w.runc, append(args, w.call.id())...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("runc restore: %w\n%s", err, complaints(filepath.Join(work, "restore.log")))
	}
	return nil
}

// prepare puts back what the container had changed, and its pod's emptyDirs, and tells CRIU through runc to leave it stopped.
func (w wrapper) prepare(b bundle, images, here string) error {
	if tar, err := os.Open(filepath.Join(images, changes)); err == nil {
		defer tar.Close()
		if err := apply(tar, b.rootfs); err != nil {
			return fmt.Errorf("the root file system's changes: %w", err)
		}
	} else if !os.IsNotExist(err) {
		return err
	}
	if err := fillVolumes(images, b); err != nil {
		return err
	}
	settings := filepath.Join(b.folder, "lifeboat-criu.conf")
	if err := os.WriteFile(settings, []byte(criuSettings), 0o600); err != nil {
		return err
	}
	if err := b.annotate(criuAnnotation, settings); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.folder, marker), []byte(here), 0o600)
}

// start lets a restored container go on; it ran before it was saved, so there is nothing to start.
func (w wrapper) start() error {
	state, err := w.stateOf(w.call.id())
	if err != nil {
		return errNotOurs // runc says it better
	}
	mark := filepath.Join(state.Bundle, marker)
	here, err := os.ReadFile(mark)
	if err != nil {
		return errNotOurs
	}
	if err := os.Remove(mark); err != nil {
		return err
	}
	if err := mayRun(string(here), state); err != nil {
		// Nobody may let it go later, by accident or by hand.
		return errors.Join(err, syscall.Kill(state.Pid, syscall.SIGKILL))
	}
	// Before it runs: from here on whoever creates the container again starts it afresh.
	if err := write(string(here)+done, ""); err != nil {
		return err
	}
	return w.resume()
}

// mayRun asks the agent, where one is to be asked, with everything restored and nothing running yet.
func mayRun(here string, s state) error {
	if s.Annotations[gateAnnotation] != ask {
		return nil
	}
	if err := write(here+restored, fmt.Sprint(s.Pid)); err != nil {
		return err
	}
	for end := time.Now().Add(longestAsk); time.Now().Before(end); time.Sleep(betweenLooks) {
		if os.Remove(here+yes) == nil {
			return nil
		}
		if os.Remove(here+no) == nil {
			return errors.New("the node's agent says no: another node runs the workload, or the store cannot be asked")
		}
	}
	return fmt.Errorf("the node's agent has not answered within %s; is it running?", longestAsk)
}

// resume lets all of the container go on.
func (w wrapper) resume() error {
	listed, err := exec.Command(w.runc, append(append([]string{}, w.call.global...), "ps", "--format", "json", w.call.id())...).Output()
	if err != nil {
		return fmt.Errorf("runc ps: %w", err)
	}
	var pids []int
	if err := json.Unmarshal(listed, &pids); err != nil {
		return fmt.Errorf("runc ps: %w", err)
	}
	for _, pid := range pids {
		if err := syscall.Kill(pid, syscall.SIGCONT); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("SIGCONT to %d: %w", pid, err)
		}
	}
	return nil
}

// state is what runc says of a container (runc-state(8)).
type state struct {
	Bundle      string            `json:"bundle"`
	Pid         int               `json:"pid"`
	Annotations map[string]string `json:"annotations"`
}

func (w wrapper) stateOf(id string) (state, error) {
	var s state
	out, err := exec.Command(w.runc, append(append([]string{}, w.call.global...), "state", id)...).Output()
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(out, &s)
}

// complaints are the lines of CRIU's log that say what went wrong.
func complaints(log string) string {
	text, err := os.ReadFile(log)
	if err != nil {
		return ""
	}
	var lines []string
	for _, line := range strings.Split(string(text), "\n") {
		if strings.Contains(line, "Error (") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
