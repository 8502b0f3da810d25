{{/* Settings as environment variables. Large numbers are written out: YAML has them as floats. */}}
{{- define "catchment.settings" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ if kindIs "float64" $value }}{{ printf "%.0f" $value | quote }}{{ else }}{{ $value | toString | quote }}{{ end }}
{{- end -}}
{{- end -}}

{{/* The environment of a component: what the chart decides, and the settings of the values. */}}
{{- define "catchment.environment" -}}
- name: CATCHMENT_CATALOG
  value: {{ include "catchment.catalog" .root }}
- name: SHUTDOWN_GRACE_SECONDS
  value: {{ .root.Values.shutdownGraceSeconds | quote }}
{{- if eq .component "gateway" }}
- name: HOST
  value: 0.0.0.0
- name: PORT
  value: "8080"
{{- else }}
- name: METRICS_HOST
  value: 0.0.0.0
- name: METRICS_PORT
  value: "9464"
- name: WORKER_HEALTH_FILE
  value: /tmp/worker-health
{{- end }}
{{- if eq .component "count" }}
# As many threads as processors, in whole ones: a fraction counts as one.
- name: COUNT_THREADS
  valueFrom:
    resourceFieldRef:
      resource: limits.cpu
      divisor: "1"
{{- if .of.rasterCacheBytes }}
- name: RASTER_CACHE_DIR
  value: /raster-cache
- name: RASTER_CACHE_BYTES
  value: {{ .of.rasterCacheBytes | int64 | quote }}
{{- end }}
{{- end }}
{{- include "catchment.settings" (merge (dict) (default dict .of.settings) .root.Values.settings) }}
{{- end -}}

{{/* The secrets whose keys are settings of a component. */}}
{{- define "catchment.secrets" -}}
{{- range compact (list .root.Values.existingSecret .of.existingSecret) }}
- secretRef:
    name: {{ . }}
{{- end -}}
{{- end -}}
