{{/* What a component sees of files: nothing of it can be written but /tmp and its raster cache. */}}
{{- define "catchment.mounts" -}}
{{- $values := .root.Values -}}
- { name: tmp, mountPath: /tmp }
{{- if or $values.catalog.content $values.catalog.existingConfigMap }}
- { name: catalog, mountPath: /catalog, readOnly: true }
{{- end }}
{{- if $values.data.existingClaim }}
- { name: data, mountPath: /data, readOnly: true }
{{- end }}
{{- if .of.rasterCacheBytes }}
- { name: raster-cache, mountPath: /raster-cache }
{{- end }}
{{- with $values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "catchment.volumes" -}}
{{- $values := .root.Values -}}
- name: tmp
  emptyDir: { sizeLimit: {{ $values.tmpSizeLimit }} }
{{- if $values.catalog.content }}
- name: catalog
  configMap: { name: {{ include "catchment.name" .root }}-catalog }
{{- else if $values.catalog.existingConfigMap }}
- name: catalog
  configMap: { name: {{ $values.catalog.existingConfigMap }} }
{{- end }}
{{- with $values.data.existingClaim }}
- name: data
  persistentVolumeClaim: { claimName: {{ . }}, readOnly: true }
{{- end }}
{{- with .of.rasterCacheBytes }}
# A tenth more than the cache may hold, for what is written before something else goes.
- name: raster-cache
  emptyDir: { sizeLimit: {{ printf "%.0f" (mulf . 1.1) | quote }} }
{{- end }}
{{- with $values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}
