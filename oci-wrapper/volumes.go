package main

import (
	"archive/tar"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

var (
	// An emptyDir's files beside CRIU's images, or those of the pod's shared memory.
	volumeArchive = regexp.MustCompile(`^lifeboat-volume-([a-z0-9-]{1,63}|dev\.shm)\.tar$`)

	// Where a kubelet has a pod's emptyDirs, and what of a volume it mounts alone (pkg/kubelet/kubelet_getters.go,
	// pkg/volume/util/subpath).
	kubeletMount = regexp.MustCompile(`^(/.+/pods/[^/]+/)(?:volumes/kubernetes\.io~empty-dir|volume-subpaths)/([a-z0-9-]{1,63})(?:/.*)?$`)

	// The shared memory that containerd and CRI-O make with a pod's sandbox; the node's own is everybody's.
	sandboxMemory = regexp.MustCompile(`^/.+/(?:sandboxes/[0-9a-f]{64}|overlay-containers/[0-9a-f]{64}/userdata)/shm$`)
)

const sharedMemory = "dev.shm"

// emptyDir is the folder of one that the container mounts; empty when it mounts none of that name.
func (b bundle) emptyDir(name string) string {
	for _, mount := range b.mounts {
		if name == sharedMemory && mount.Destination == "/dev/shm" && sandboxMemory.MatchString(mount.Source) {
			return mount.Source
		}
		if found := kubeletMount.FindStringSubmatch(mount.Source); found != nil && found[2] == name {
			return filepath.Join(found[1], "volumes/kubernetes.io~empty-dir", name)
		}
	}
	return ""
}

// fillVolumes puts back what the pod's emptyDirs held, each by its name: the new pod has its own, under its own uid, and
// its init containers have run by now.
func fillVolumes(images string, b bundle) error {
	all, err := os.ReadDir(images)
	if err != nil {
		return err
	}
	for _, each := range all {
		found := volumeArchive.FindStringSubmatch(each.Name())
		if found == nil {
			continue
		}
		folder := b.emptyDir(found[1])
		if folder == "" {
			return fmt.Errorf("the container mounts no emptyDir %s any more, whose files were saved", found[1])
		}
		archive, err := os.Open(filepath.Join(images, each.Name()))
		if err != nil {
			return err
		}
		err = fill(archive, folder)
		archive.Close()
		if err != nil {
			return fmt.Errorf("the files of emptyDir %s: %w", found[1], err)
		}
	}
	return nil
}

// fill makes the folder hold what the archive does, and nothing else. Folders that both have stay the same ones: the
// kubelet may have bound one of them into the container (subPath).
func fill(archive io.Reader, folder string) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	before, err := keepFolders(root)
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	if err := unpack(archive, root, func(header *tar.Header, content io.Reader) error {
		if header.Typeflag == tar.TypeDir {
			kept[header.Name] = true
		}
		return put(root, header, content)
	}); err != nil {
		return err
	}
	for _, each := range slices.Backward(before) {
		if info, err := root.Lstat(each); !kept[each] && err == nil && info.IsDir() {
			if err := root.RemoveAll(each); err != nil {
				return err
			}
		}
	}
	return nil
}

// keepFolders deletes all but the folders.
func keepFolders(root *os.Root) (folders []string, err error) {
	err = fs.WalkDir(root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !entry.IsDir():
			return root.Remove(path)
		case path != ".":
			folders = append(folders, path)
		}
		return nil
	})
	return folders, err
}
