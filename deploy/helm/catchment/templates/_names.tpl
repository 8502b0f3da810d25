{{/* The name of everything in the release: that of the release, with the chart's unless it has it. */}}
{{- define "catchment.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" (.Release.Name | trunc 40 | trimSuffix "-") .Chart.Name -}}
{{- end -}}
{{- end -}}

{{/* The labels by which the pods of the release are selected. */}}
{{- define "catchment.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* The labels of everything in the release. */}}
{{- define "catchment.labels" -}}
{{ include "catchment.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* The image of a component: its own tag or digest, else those of all. */}}
{{- define "catchment.image" -}}
{{- $own := default dict .of.image -}}
{{- $image := .root.Values.image -}}
{{- $tag := default (default .root.Chart.AppVersion $image.tag) $own.tag -}}
{{- $digest := $own.digest | default (ternary "" $image.digest (not (empty $own.tag))) -}}
{{- printf "%s:%s" $image.repository $tag -}}{{- with $digest }}@{{ . }}{{ end -}}
{{- end -}}

{{/* The name of the service account of all pods. */}}
{{- define "catchment.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "catchment.name" .) -}}
{{- end -}}

{{/* The path of the catalog in the pods. */}}
{{- define "catchment.catalog" -}}
{{- if or .Values.catalog.content .Values.catalog.existingConfigMap -}}
/catalog/catalog.yaml
{{- else -}}
{{- required "catalog: name its content, an existingConfigMap, or a path in the volume of data" .Values.catalog.path -}}
{{- end -}}
{{- end -}}
