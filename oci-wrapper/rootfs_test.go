package main

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func archive(t *testing.T, headers ...tar.Header) *bytes.Buffer {
	t.Helper()
	var buffer bytes.Buffer
	writer := tar.NewWriter(&buffer)
	for _, header := range headers {
		content := []byte(header.Linkname)
		if header.Typeflag == tar.TypeReg {
			header.Size, header.Linkname = int64(len(content)), ""
		}
		header.Mode = 0o755
		header.Uid, header.Gid = os.Getuid(), os.Getgid()
		if err := writer.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if header.Typeflag == tar.TypeReg {
			if _, err := writer.Write(content); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return &buffer
}

func image(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, folder := range []string{"etc/old", "bin"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"etc/doomed", "etc/old/below", "etc/hosts", "bin/tool"} {
		if err := os.WriteFile(filepath.Join(root, file), []byte("image"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func text(t *testing.T, parts ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		return "gone"
	}
	return string(content)
}

func TestChangesAreAppliedAsOverlayfsMeansThem(t *testing.T) {
	root := image(t)
	err := apply(archive(t,
		tar.Header{Name: "./", Typeflag: tar.TypeDir},
		tar.Header{Name: "./etc", Typeflag: tar.TypeDir},
		tar.Header{Name: "./etc/doomed", Typeflag: tar.TypeChar},
		tar.Header{Name: "./etc/hosts", Typeflag: tar.TypeReg, Linkname: "not ours"},
		tar.Header{Name: "./etc/new", Typeflag: tar.TypeReg, Linkname: "new",
			PAXRecords: map[string]string{xattrPrefix + "user.lifeboat": "kept"}},
		tar.Header{Name: "./etc/twin", Typeflag: tar.TypeLink, Linkname: "./etc/new"},
		tar.Header{Name: "./etc/old", Typeflag: tar.TypeDir, PAXRecords: map[string]string{xattrPrefix + opaque: "y"}},
		tar.Header{Name: "./bin/tool", Typeflag: tar.TypeSymlink, Linkname: "/etc/new"},
	), root)
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"etc/doomed": "gone", "etc/old/below": "gone", "etc/hosts": "image", "etc/new": "new", "etc/twin": "new",
	} {
		if got := text(t, root, file); got != want {
			t.Errorf("%s: %q, not %q", file, got, want)
		}
	}
	if link, _ := os.Readlink(filepath.Join(root, "bin/tool")); link != "/etc/new" {
		t.Errorf("the link leads to %q", link)
	}
	value := make([]byte, 16)
	n, err := syscall.Getxattr(filepath.Join(root, "etc/new"), "user.lifeboat", value)
	if err != nil || string(value[:n]) != "kept" {
		t.Errorf("the attribute is %q, %v", value[:max(n, 0)], err)
	}
	info, _ := os.Stat(filepath.Join(root, "etc/twin"))
	if info.Sys().(*syscall.Stat_t).Nlink != 2 {
		t.Error("a hard link became a copy")
	}
}

func TestNoEntryLeavesTheRoot(t *testing.T) {
	for name, headers := range map[string][]tar.Header{
		"by dots":       {{Name: "../escaped", Typeflag: tar.TypeReg, Linkname: "x"}},
		"by dots below": {{Name: "etc/../../escaped", Typeflag: tar.TypeReg, Linkname: "x"}},
		"by a root":     {{Name: "/escaped", Typeflag: tar.TypeReg, Linkname: "x"}},
		"by a link": {{Name: "way", Typeflag: tar.TypeSymlink, Linkname: ".."},
			{Name: "way/escaped", Typeflag: tar.TypeReg, Linkname: "x"}},
		"by an absolute link": {{Name: "way", Typeflag: tar.TypeSymlink, Linkname: "/tmp"},
			{Name: "way/escaped", Typeflag: tar.TypeReg, Linkname: "x"}},
		"by a hard link":       {{Name: "way", Typeflag: tar.TypeLink, Linkname: "../secret"}},
		"by a deletion":        {{Name: "way", Typeflag: tar.TypeSymlink, Linkname: ".."}, {Name: "way/secret", Typeflag: tar.TypeChar}},
		"by what is no device": {{Name: "odd", Typeflag: 'Z'}},
	} {
		t.Run(name, func(t *testing.T) {
			outside := t.TempDir()
			root := filepath.Join(outside, "root")
			if err := os.Mkdir(root, 0o755); err != nil {
				t.Fatal(err)
			}
			secret := filepath.Join(outside, "secret")
			if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
				t.Fatal(err)
			}
			for unpacked, err := range map[string]error{
				"as changes": apply(archive(t, headers...), root), "as a volume": fill(archive(t, headers...), root),
			} {
				// To a volume a deletion is a device, and no way out.
				if err == nil {
					t.Error(unpacked, "it was taken")
				}
			}
			if text(t, secret) != "secret" || text(t, outside, "escaped") != "gone" || text(t, "/tmp/escaped") != "gone" {
				t.Error("something outside was touched")
			}
		})
	}
}

func TestZerosTakeNoRoom(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "holes"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	content := append(make([]byte, 8<<20), "end"...)
	if err := copyWithHoles(file, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	info, _ := file.Stat()
	if written, _ := os.ReadFile(file.Name()); !bytes.Equal(written, content) || info.Sys().(*syscall.Stat_t).Blocks > 1024 {
		t.Errorf("%d bytes in %d blocks", len(written), info.Sys().(*syscall.Stat_t).Blocks)
	}
}
