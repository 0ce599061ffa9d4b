package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"
)

const (
	xattrPrefix = "SCHILY.xattr."
	// overlayfs notes on a folder that it hides what the layers below have at its place
	// (Documentation/filesystems/overlayfs.rst).
	opaque        = "trusted.overlay.opaque"
	overlayPrefix = "trusted.overlay."
	mostEntries   = 1_000_000
	blockBytes    = 1 << 16
)

// What the container's manager mounts over; what lies below was never the container's.
var managed = map[string]bool{"etc/hosts": true, "etc/hostname": true, "etc/resolv.conf": true}

// apply puts an overlay's upper folder, as tar, on top of a root file system: devices 0:0 delete, opaque folders replace.
func apply(archive io.Reader, rootfs string) error {
	root, err := os.OpenRoot(rootfs)
	if err != nil {
		return err
	}
	defer root.Close()
	return unpack(archive, root, func(header *tar.Header, content io.Reader) error {
		return change(root, header, content)
	})
}

func change(root *os.Root, header *tar.Header, content io.Reader) error {
	if header.Name == "." || managed[header.Name] {
		return nil
	}
	deletes := header.Typeflag == tar.TypeChar && header.Devmajor == 0 && header.Devminor == 0
	replaces := header.Typeflag == tar.TypeDir && header.PAXRecords[xattrPrefix+opaque] == "y"
	if deletes || replaces {
		if err := root.RemoveAll(header.Name); err != nil || deletes {
			return err
		}
	}
	maps.DeleteFunc(header.PAXRecords, func(key, _ string) bool { return strings.HasPrefix(key, xattrPrefix+overlayPrefix) })
	return put(root, header, content)
}

// unpack hands each entry over. None leaves the root, whatever its name or the links on its way say: every path is
// resolved inside it (os.Root).
func unpack(archive io.Reader, root *os.Root, take func(*tar.Header, io.Reader) error) error {
	reader := tar.NewReader(archive)
	var folders []*tar.Header
	for count := 0; ; count++ {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if count == mostEntries {
			return fmt.Errorf("more than %d entries", mostEntries)
		}
		header.Name, err = inside(header.Name)
		if err != nil {
			return err
		}
		if err := take(header, reader); err != nil {
			return fmt.Errorf("%s: %w", header.Name, err)
		}
		if header.Typeflag == tar.TypeDir {
			folders = append(folders, header)
		}
	}
	// A folder's time changes with every file that is put into it.
	for i := len(folders) - 1; i >= 0; i-- {
		if err := root.Chtimes(folders[i].Name, folders[i].ModTime, folders[i].ModTime); err != nil {
			return err
		}
	}
	return nil
}

func inside(name string) (string, error) {
	for _, part := range strings.Split(name, "/") {
		if part == ".." {
			return "", fmt.Errorf("entry %q leaves the root", name)
		}
	}
	if path.IsAbs(name) {
		return "", fmt.Errorf("entry %q leaves the root", name)
	}
	return path.Clean(name), nil
}

func put(root *os.Root, header *tar.Header, content io.Reader) error {
	if header.Typeflag == tar.TypeDir {
		return putFolder(root, header)
	}
	if err := root.RemoveAll(header.Name); err != nil {
		return err
	}
	switch header.Typeflag {
	case tar.TypeReg, tar.TypeGNUSparse:
		return putFile(root, header, content)
	case tar.TypeSymlink:
		if err := root.Symlink(header.Linkname, header.Name); err != nil {
			return err
		}
		return root.Lchown(header.Name, header.Uid, header.Gid)
	case tar.TypeLink:
		target, err := inside(header.Linkname)
		if err != nil {
			return err
		}
		return root.Link(target, header.Name)
	case tar.TypeChar, tar.TypeBlock, tar.TypeFifo:
		return putNode(root, header)
	default:
		return fmt.Errorf("cannot be put back: type %q", header.Typeflag)
	}
}

func putFolder(root *os.Root, header *tar.Header) error {
	if info, err := root.Lstat(header.Name); err == nil && !info.IsDir() {
		if err := root.RemoveAll(header.Name); err != nil {
			return err
		}
	}
	if err := root.Mkdir(header.Name, 0o700); err != nil && !os.IsExist(err) {
		return err
	}
	folder, err := root.Open(header.Name)
	if err != nil {
		return err
	}
	defer folder.Close()
	return dress(folder, header)
}

func putFile(root *os.Root, header *tar.Header, content io.Reader) error {
	file, err := root.OpenFile(header.Name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := copyWithHoles(file, content); err != nil {
		return err
	}
	if err := dress(file, header); err != nil {
		return err
	}
	return root.Chtimes(header.Name, header.ModTime, header.ModTime)
}

// copyWithHoles takes no room for zeros: they may have been a hole, and a volume in memory have no room for them.
func copyWithHoles(file *os.File, content io.Reader) error {
	block, zeros := make([]byte, blockBytes), make([]byte, blockBytes)
	for size := int64(0); ; {
		n, err := io.ReadFull(content, block)
		if !bytes.Equal(block[:n], zeros[:n]) {
			if _, err := file.WriteAt(block[:n], size); err != nil {
				return err
			}
		}
		size += int64(n)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return file.Truncate(size)
		}
		if err != nil {
			return err
		}
	}
}

// dress gives a file its owner, its mode and its attributes, in this order: a new owner takes capabilities and set-uid
// away.
func dress(file *os.File, header *tar.Header) error {
	if err := file.Chown(header.Uid, header.Gid); err != nil {
		return err
	}
	if err := syscall.Fchmod(int(file.Fd()), uint32(header.Mode&0o7777)); err != nil {
		return err
	}
	for key, value := range header.PAXRecords {
		attribute, ok := strings.CutPrefix(key, xattrPrefix)
		if !ok {
			continue
		}
		if err := syscall.Setxattr(descriptor(file), attribute, []byte(value), 0); err != nil {
			return fmt.Errorf("attribute %s: %w", attribute, err)
		}
	}
	return nil
}

func putNode(root *os.Root, header *tar.Header) error {
	folder, err := root.Open(path.Dir(header.Name))
	if err != nil {
		return err
	}
	defer folder.Close()
	kind := map[byte]uint32{tar.TypeChar: syscall.S_IFCHR, tar.TypeBlock: syscall.S_IFBLK, tar.TypeFifo: syscall.S_IFIFO}
	device := int(header.Devmajor<<8 | header.Devminor&0xff | (header.Devminor&^0xff)<<12)
	at := descriptor(folder) + "/" + path.Base(header.Name)
	if err := syscall.Mknod(at, kind[header.Typeflag]|uint32(header.Mode&0o7777), device); err != nil {
		return err
	}
	return root.Lchown(header.Name, header.Uid, header.Gid)
}

// descriptor is a path to an open file that no link can turn aside.
func descriptor(file *os.File) string { return "/proc/self/fd/" + strconv.Itoa(int(file.Fd())) }
