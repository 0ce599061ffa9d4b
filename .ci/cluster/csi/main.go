// Command csi-disk is a driver (CSI 1) for the test cluster's disks: folders that all nodes see, each of which is attached
// to one node at a time, as a cloud's are. What a real disk would not let happen is refused: a second node, a mount where it is
// not attached, and a detach while it is mounted. Each call that changes something, or is refused, leaves a line in DISKS/calls.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

const (
	name = "disk.lifeboat.test"

	// In a disk's folder: what is on it, and by which node it is held and mounted.
	files    = "files"
	attached = "attached"
	mounted  = "mounted"
)

type driver struct {
	csi.UnimplementedIdentityServer
	csi.UnimplementedControllerServer
	csi.UnimplementedNodeServer
	registration.UnimplementedRegistrationServer
	disks, node string
	mutex       sync.Mutex
}

func main() {
	if len(os.Args) != 3 && len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: csi-disk DISKS SOCKET [NODE]; without NODE it attaches and detaches, with it it mounts there")
		os.Exit(64)
	}
	d := &driver{disks: os.Args[1]}
	server := grpc.NewServer()
	csi.RegisterIdentityServer(server, d)
	if len(os.Args) == 3 {
		csi.RegisterControllerServer(server, d)
	} else {
		d.node = os.Args[3]
		csi.RegisterNodeServer(server, d)
		registration.RegisterRegistrationServer(server, d)
	}
	listener, err := net.Listen("unix", os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(server.Serve(listener))
}

func (d *driver) mark(disk, kind string) string { return filepath.Join(d.disks, disk, kind) }

// holder is a node's name, or empty.
func (d *driver) holder(disk, kind string) string {
	text, _ := os.ReadFile(d.mark(disk, kind))
	return string(text)
}

// refuse says why, and leaves word of it.
func (d *driver) refuse(what, disk, node, why string) error {
	return status.Error(codes.FailedPrecondition, fmt.Sprintln(what, disk, node, why, d.note("refused-"+what, disk, node)))
}

// note leaves the line in one write, for others write there too.
func (d *driver) note(what, disk, node string) error {
	calls, err := os.OpenFile(filepath.Join(d.disks, "calls"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer calls.Close()
	_, err = fmt.Fprintf(calls, "%s %s %s %s\n", time.Now().UTC().Format(time.RFC3339Nano), what, disk, node)
	return err
}

func (d *driver) ControllerPublishVolume(_ context.Context, r *csi.ControllerPublishVolumeRequest) (*csi.ControllerPublishVolumeResponse, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if holder := d.holder(r.VolumeId, attached); holder == r.NodeId {
		return &csi.ControllerPublishVolumeResponse{}, nil
	} else if holder != "" {
		return nil, d.refuse("attach", r.VolumeId, r.NodeId, "attached to "+holder)
	}
	err := errors.Join(os.MkdirAll(d.mark(r.VolumeId, files), 0o755),
		os.WriteFile(d.mark(r.VolumeId, attached), []byte(r.NodeId), 0o644), d.note("attach", r.VolumeId, r.NodeId))
	return &csi.ControllerPublishVolumeResponse{}, err
}

func (d *driver) ControllerUnpublishVolume(_ context.Context, r *csi.ControllerUnpublishVolumeRequest) (*csi.ControllerUnpublishVolumeResponse, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.holder(r.VolumeId, attached) != r.NodeId {
		return &csi.ControllerUnpublishVolumeResponse{}, nil
	}
	if d.holder(r.VolumeId, mounted) != "" {
		return nil, d.refuse("detach", r.VolumeId, r.NodeId, "mounted")
	}
	err := errors.Join(os.Remove(d.mark(r.VolumeId, attached)), d.note("detach", r.VolumeId, r.NodeId))
	return &csi.ControllerUnpublishVolumeResponse{}, err
}

func (d *driver) NodePublishVolume(_ context.Context, r *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if holder := d.holder(r.VolumeId, attached); holder != d.node {
		return nil, d.refuse("mount", r.VolumeId, d.node, "attached to "+holder)
	}
	if _, err := os.Stat(r.TargetPath); err == nil {
		return &csi.NodePublishVolumeResponse{}, nil
	}
	err := errors.Join(os.Mkdir(r.TargetPath, 0o755), os.WriteFile(d.mark(r.VolumeId, mounted), []byte(d.node), 0o644),
		syscall.Mount(d.mark(r.VolumeId, files), r.TargetPath, "", syscall.MS_BIND, ""), d.note("mount", r.VolumeId, d.node))
	return &csi.NodePublishVolumeResponse{}, err
}

func (d *driver) NodeUnpublishVolume(_ context.Context, r *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if _, err := os.Stat(r.TargetPath); errors.Is(err, fs.ErrNotExist) {
		return &csi.NodeUnpublishVolumeResponse{}, nil
	}
	// Without MNT_DETACH: what still uses it keeps it here.
	if err := syscall.Unmount(r.TargetPath, 0); err != nil {
		return nil, d.refuse("unmount", r.VolumeId, d.node, err.Error())
	}
	err := errors.Join(os.Remove(r.TargetPath), os.Remove(d.mark(r.VolumeId, mounted)), d.note("unmount", r.VolumeId, d.node))
	return &csi.NodeUnpublishVolumeResponse{}, err
}

func (d *driver) NodeGetInfo(context.Context, *csi.NodeGetInfoRequest) (*csi.NodeGetInfoResponse, error) {
	return &csi.NodeGetInfoResponse{NodeId: d.node}, nil
}

func (d *driver) NodeGetCapabilities(context.Context, *csi.NodeGetCapabilitiesRequest) (*csi.NodeGetCapabilitiesResponse, error) {
	return &csi.NodeGetCapabilitiesResponse{}, nil
}

func (d *driver) GetPluginInfo(context.Context, *csi.GetPluginInfoRequest) (*csi.GetPluginInfoResponse, error) {
	return &csi.GetPluginInfoResponse{Name: name, VendorVersion: "1"}, nil
}

func (d *driver) Probe(context.Context, *csi.ProbeRequest) (*csi.ProbeResponse, error) {
	return &csi.ProbeResponse{}, nil
}

func (d *driver) GetPluginCapabilities(context.Context, *csi.GetPluginCapabilitiesRequest) (*csi.GetPluginCapabilitiesResponse, error) {
	service := &csi.PluginCapability_Service{Type: csi.PluginCapability_Service_CONTROLLER_SERVICE}
	all := []*csi.PluginCapability{{Type: &csi.PluginCapability_Service_{Service: service}}}
	return &csi.GetPluginCapabilitiesResponse{Capabilities: all}, nil
}

func (d *driver) ControllerGetCapabilities(context.Context, *csi.ControllerGetCapabilitiesRequest) (*csi.ControllerGetCapabilitiesResponse, error) {
	rpc := &csi.ControllerServiceCapability_RPC{Type: csi.ControllerServiceCapability_RPC_PUBLISH_UNPUBLISH_VOLUME}
	all := []*csi.ControllerServiceCapability{{Type: &csi.ControllerServiceCapability_Rpc{Rpc: rpc}}}
	return &csi.ControllerGetCapabilitiesResponse{Capabilities: all}, nil
}

// GetInfo answers the kubelet, which finds all services at this one socket.
func (d *driver) GetInfo(context.Context, *registration.InfoRequest) (*registration.PluginInfo, error) {
	return &registration.PluginInfo{Type: registration.CSIPlugin, Name: name, SupportedVersions: []string{"1.0.0"}}, nil
}

func (d *driver) NotifyRegistrationStatus(_ context.Context, s *registration.RegistrationStatus) (*registration.RegistrationStatusResponse, error) {
	log.Printf("registered=%t %s", s.PluginRegistered, s.Error)
	return &registration.RegistrationStatusResponse{}, nil
}
