{{/*
How Kubernetes looks at a component. A gateway gets no requests while the Redis of the queues takes
none; a worker counts as ready while it takes jobs. Neither is restarted for a Redis that is away.
*/}}
{{- define "catchment.probes" -}}
{{- $port := ternary "http" "metrics" (eq .component "gateway") -}}
startupProbe:
  httpGet: { path: /healthz, port: {{ $port }} }
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /healthz, port: {{ $port }} }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  {{- if eq .component "gateway" }}
  httpGet: { path: /readyz, port: http }
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
  {{- else }}
  # The file is written every few seconds, after the Redis has heard that the worker takes jobs.
  exec:
    command: [sh, -c, 'test -n "$(find /tmp/worker-health -mmin -0.5)"']
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 2
  {{- end }}
{{- if eq .component "gateway" }}
lifecycle:
  # Proxies hear meanwhile that it leaves.
  preStop:
    sleep: { seconds: 5 }
{{- end }}
{{- end -}}
