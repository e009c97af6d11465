// Command certificate makes a certificate authority and a certificate by it, for tests of what a company's network
// does. It writes ca.pem, certificate.pem and key.pem into a folder:
//
//	go run ./test/support/certificate FOLDER HOST
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: certificate FOLDER HOST")
	}
	folder, host := os.Args[1], os.Args[2]
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a company's CA"},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
	}
	for _, c := range []*x509.Certificate{authority, server} {
		c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	}
	authorityKey, serverKey := must(newKey()), must(newKey())
	write := func(name, kind string, der []byte) {
		block := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
		if err := os.WriteFile(filepath.Join(folder, name), block, 0o600); err != nil {
			log.Fatal(err)
		}
	}
	sign := func(certificate *x509.Certificate, key crypto.PublicKey) []byte {
		return must(x509.CreateCertificate(rand.Reader, certificate, authority, key, authorityKey))
	}
	write("ca.pem", "CERTIFICATE", sign(authority, authorityKey.Public()))
	write("certificate.pem", "CERTIFICATE", sign(server, serverKey.Public()))
	write("key.pem", "PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(serverKey)))
}

func newKey() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
