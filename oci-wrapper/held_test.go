package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestMain plays the agent in a process of its own, for nobody's own lock is seen: it locks the file and waits.
func TestMain(m *testing.M) {
	if file := os.Getenv("LIFEBOAT_TEST_LOCK"); file != "" {
		os.Exit(lockAndWait(file))
	}
	os.Exit(m.Run())
}

func TestTheProbeOfAContainerThatStandsStillIsNotRun(t *testing.T) {
	w, folder := holding(t, time.Now().Add(time.Minute))
	agent(t, filepath.Join(folder, "abc.held"))

	w.call = parse([]string{"exec", "--process", spec(t, `{"args": ["ask", "well"]}`), "--detach", "--pid-file", "/p", "abc"})
	if err := w.exec(); !errors.Is(err, errHeld) {
		t.Errorf("its probe: %v", err)
	}
	for _, other := range []call{
		parse([]string{"exec", "--process", spec(t, `{"args": ["ask", "well", "twice"]}`), "abc"}),
		parse([]string{"exec", "--process", spec(t, `{"args": ["ask", "well"]}`), "another"}),
		parse([]string{"exec", "--process", spec(t, `no spec`), "abc"}),
		parse([]string{"exec", "--cwd", "/", "abc", "ask", "well"}),
	} {
		w.call = other
		if err := w.exec(); !errors.Is(err, errNotOurs) {
			t.Errorf("%v: %v", other, err)
		}
	}
}

func TestNoWordOutlivesItsEndOrItsAgent(t *testing.T) {
	w, folder := holding(t, time.Now())
	w.call = parse([]string{"exec", "--process", spec(t, `{"args": ["ask", "well"]}`), "abc"})
	agent(t, filepath.Join(folder, "abc.held"))
	if err := w.exec(); !errors.Is(err, errNotOurs) {
		t.Errorf("after its end: %v", err)
	}

	w, _ = holding(t, time.Now().Add(time.Minute))
	w.call = parse([]string{"exec", "--process", spec(t, `{"args": ["ask", "well"]}`), "abc"})
	if err := w.exec(); !errors.Is(err, errNotOurs) {
		t.Errorf("without its agent: %v", err)
	}
}

func holding(t *testing.T, until time.Time) (wrapper, string) {
	folder := t.TempDir()
	word := fmt.Sprintf(`{"args": ["ask", "well"], "untilEpochSeconds": %d}`, until.Unix())
	if err := os.WriteFile(filepath.Join(folder, "abc.held"), []byte(word), 0o600); err != nil {
		t.Fatal(err)
	}
	return wrapper{restores: folder}, folder
}

func spec(t *testing.T, text string) string {
	file := filepath.Join(t.TempDir(), "process.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func agent(t *testing.T, file string) {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), "LIFEBOAT_TEST_LOCK="+file)
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = command.Wait()
	})
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
}

func lockAndWait(name string) int {
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return 1
	}
	if err := syscall.FcntlFlock(file.Fd(), syscall.F_SETLK, &syscall.Flock_t{Type: syscall.F_WRLCK}); err != nil {
		return 1
	}
	fmt.Print("!")
	_, _ = os.Stdin.Read(make([]byte, 1))
	return 0
}
