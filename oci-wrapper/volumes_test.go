package main

import (
	"archive/tar"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestAVolumeHoldsWhatWasSavedAndNothingElse(t *testing.T) {
	volume := t.TempDir()
	for _, folder := range []string{"bound", "stale/below", "was-folder"} {
		if err := os.MkdirAll(filepath.Join(volume, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"counts", "bound/init", "stale/below/file", "was-file"} {
		if err := os.WriteFile(filepath.Join(volume, file), []byte("init container's"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("..", filepath.Join(volume, "link")); err != nil {
		t.Fatal(err)
	}
	bound := inode(t, volume, "bound")
	saved := func() []tar.Header {
		return []tar.Header{
			{Name: "./", Typeflag: tar.TypeDir},
			{Name: "./counts", Typeflag: tar.TypeReg, Linkname: "saved"},
			{Name: "./twin", Typeflag: tar.TypeLink, Linkname: "./counts"},
			{Name: "./bound", Typeflag: tar.TypeDir, PAXRecords: map[string]string{xattrPrefix + "user.lifeboat": "kept"}},
			{Name: "./bound/file", Typeflag: tar.TypeReg, Linkname: "saved"},
			{Name: "./was-folder", Typeflag: tar.TypeReg, Linkname: "saved"},
			{Name: "./was-file", Typeflag: tar.TypeDir},
			{Name: "./etc", Typeflag: tar.TypeDir},
			{Name: "./etc/hosts", Typeflag: tar.TypeReg, Linkname: "saved"},
			{Name: "./pipe", Typeflag: tar.TypeFifo},
		}
	}
	// The second time as after an attempt that came to nothing.
	for range 2 {
		if err := fill(archive(t, saved()...), volume); err != nil {
			t.Fatal(err)
		}
		for file, want := range map[string]string{
			"counts": "saved", "twin": "saved", "bound/file": "saved", "was-folder": "saved", "etc/hosts": "saved",
			"bound/init": "gone", "stale/below/file": "gone",
		} {
			if got := text(t, volume, file); got != want {
				t.Errorf("%s: %q, not %q", file, got, want)
			}
		}
		for _, gone := range []string{"stale", "link"} {
			if _, err := os.Lstat(filepath.Join(volume, gone)); !os.IsNotExist(err) {
				t.Errorf("%s is there", gone)
			}
		}
		if inode(t, volume, "bound") != bound {
			t.Error("a folder that may be bound elsewhere became another one")
		}
		if info, err := os.Stat(filepath.Join(volume, "was-file")); err != nil || !info.IsDir() {
			t.Error("a file did not become the folder that was saved")
		}
	}
}

func inode(t *testing.T, parts ...string) uint64 {
	t.Helper()
	info, err := os.Stat(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return info.Sys().(*syscall.Stat_t).Ino
}

// What an overlay takes for a deletion or a replacement is a thing like any other on a volume, which may hold overlays.
func TestAVolumesMarksAreItsOwn(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root makes devices")
	}
	volume := t.TempDir()
	if err := fill(archive(t, tar.Header{Name: "./marked", Typeflag: tar.TypeChar}), volume); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(filepath.Join(volume, "marked"))
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		t.Errorf("the device is %v, %v", info, err)
	}
}

func TestAVolumeIsFoundByWhatTheKubeletMountsOfIt(t *testing.T) {
	shared := "/run/containerd/io.containerd.grpc.v1.cri/sandboxes/" + strings.Repeat("0a", 32) + "/shm"
	b := bundle{mounts: []mount{
		{Source: "/proc"}, {Source: "/var/lib/kubelet/pods/new-uid/etc-hosts"},
		{Source: "/var/lib/kubelet/pods/new-uid/volumes/kubernetes.io~empty-dir/files"},
		{Source: "/var/lib/kubelet/pods/new-uid/volume-subpaths/partly/main/0"},
		{Source: "/var/lib/kubelet/pods/new-uid/volumes/kubernetes.io~configmap/settings"},
		{Source: shared, Destination: "/dev/shm"},
	}}
	for name, want := range map[string]string{
		"files":    "/var/lib/kubelet/pods/new-uid/volumes/kubernetes.io~empty-dir/files",
		"partly":   "/var/lib/kubelet/pods/new-uid/volumes/kubernetes.io~empty-dir/partly",
		"settings": "", "etc-hosts": "", "main": "", sharedMemory: shared,
	} {
		if got := b.emptyDir(name); got != want {
			t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
	nodes := bundle{mounts: []mount{{Source: "/dev/shm", Destination: "/dev/shm"}}}
	if got := nodes.emptyDir(sharedMemory); got != "" {
		t.Errorf("what is all the node's would be emptied: %s", got)
	}
}

func TestFilesOfAVolumeThatIsNotMountedAnyMoreAreNotLostSilently(t *testing.T) {
	images := t.TempDir()
	if err := os.WriteFile(filepath.Join(images, "lifeboat-volume-files.tar"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := fillVolumes(images, bundle{}); err == nil {
		t.Error("nothing was said")
	}
}

func TestACheckpointIsTakenByNoOtherContainerOfThePod(t *testing.T) {
	w := wrapper{restores: t.TempDir()}
	if err := os.Mkdir(filepath.Join(w.restores, "r-1"), 0o700); err != nil {
		t.Fatal(err)
	}
	if w.isAnothers("r-1", "first", "") {
		t.Error("whose it is was not said")
	}
	if err := os.WriteFile(filepath.Join(w.restores, "r-1", podFile), []byte(`{"container": "main"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if !w.isAnothers("r-1", "first", "") || w.isAnothers("r-1", "main", "") || w.isAnothers("r-1", "", "") {
		t.Error("it is main's alone, and anybody's who is not named")
	}
}

func TestOneThatHasBeenTakenIsStillOfTheContainerThatTheOwnerNamed(t *testing.T) {
	w := wrapper{restores: t.TempDir()}
	if !w.isAnothers("r-1", "beside", "main") || w.isAnothers("r-1", "main", "main") {
		t.Error("it is main's alone")
	}
}
