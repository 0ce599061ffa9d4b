// Command health speaks gRPC's health check, both sides of it, by gRPC's own library.
//
//	health serve PORT                    answers that the whole program is well, until it is killed
//	health ask ADDRESS SERVICE [AGENT]   asks once, as a kubelet does (pkg/probe/grpc); prints the answer, exits 1 without one
//
// CRIU saves no sockets of MPTCP, by which servers in Go listen unless told otherwise.
//
//go:debug multipathtcp=0
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	check "google.golang.org/grpc/health/grpc_health_v1"
)

// A kubelet's patience, where the spec says nothing else, is a second; machines that run tests are slow.
const patience = 10 * time.Second

func main() {
	var err error
	switch {
	case len(os.Args) == 3 && os.Args[1] == "serve":
		err = serve(os.Args[2])
	case len(os.Args) == 4 && os.Args[1] == "ask":
		err = ask(os.Args[2], os.Args[3], "kube-probe/1.34")
	case len(os.Args) == 5 && os.Args[1] == "ask":
		err = ask(os.Args[2], os.Args[3], os.Args[4])
	default:
		fmt.Fprintln(os.Stderr, "usage: health serve PORT | health ask ADDRESS SERVICE [AGENT]")
		os.Exit(64)
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func serve(port string) error {
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	check.RegisterHealthServer(server, health.NewServer())
	return server.Serve(listener)
}

func ask(address, service, agent string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	//lint:ignore SA1019 a kubelet asks in this way
	conn, err := grpc.DialContext(ctx, address, grpc.WithUserAgent(agent), grpc.WithBlock(),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer conn.Close()
	answer, err := check.NewHealthClient(conn).Check(ctx, &check.HealthCheckRequest{Service: service})
	if err != nil {
		return err
	}
	fmt.Println(answer.GetStatus())
	return nil
}
