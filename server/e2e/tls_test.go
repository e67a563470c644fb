package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"veltrix/testkit/process"
	"veltrix/testkit/redistest"
)

// authority makes a certificate for 127.0.0.1 that is its own authority, and
// returns the files of it and of its key.
func authority(t *testing.T) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("cert.pem", "CERTIFICATE", cert), write("key.pem", "PRIVATE KEY", private)
}

// TestRedisWithTLS: hunts are played through rediss:// with an authority of the
// operator's own; without it the certificate is refused, and nothing is sent.
func TestRedisWithTLS(t *testing.T) {
	t.Parallel()
	cert, key := authority(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	redistest.Start(t, "--tls-port", port, "--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert, "--tls-auth-clients", "no")
	store := "rediss://127.0.0.1:" + port
	free := []string{"--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--store", store}
	refused(t, []string{"certificate", store}, free...)

	s := launchWith(t, process.Options{Env: []string{"SSL_CERT_FILE=" + cert}}, append(free, "--organizer-token", organizer, "--producer-token", producer, "--secret", secret,
		"--hunt", huntFile(t, stormHunt(6)))...)
	s.ready()
	k, _ := s.join(mint(t, "ada", "Ada", time.Now().Add(time.Hour)), "storm")
	if v := k.claim("storm", "c1", obj{"text": "answer 1"}); v.Outcome != "awarded" {
		t.Errorf("a claim: %s", v.Raw)
	}
	s.stop()
	if got := commandWith(t, []string{"SSL_CERT_FILE=" + cert}, "audit", "--store", store); got.code != 0 {
		t.Errorf("audit: exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
}
