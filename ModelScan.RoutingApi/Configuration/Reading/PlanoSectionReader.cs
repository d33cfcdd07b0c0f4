using System.Text.RegularExpressions;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>
/// Checks the parts of Plano's schema that the gateway accepts so that a Plano configuration is valid here, and reports them
/// as being without effect.
/// </summary>
internal static partial class PlanoSectionReader
{
    public static void ReadOthers(ConfigMap root)
    {
        ReadTracing(root);
        ReadEndpoints(root);
        root.OneOf("mode", "llm", "prompt");
        root.WithoutEffect("prompt_targets", "system_prompt", "mode");
    }

    private static void ReadTracing(ConfigMap root)
    {
        if (root.Map("tracing") is not { } tracing)
            return;
        tracing.Whole("random_sampling", 0, 100);
        tracing.Flag("trace_arch_internal");
        if (tracing.HttpUrl("opentracing_grpc_endpoint") is { } endpoint && (endpoint.Scheme != "http" || endpoint.AbsolutePath != "/"))
            tracing.Error("opentracing_grpc_endpoint", "must start with http:// and have no path");
        if (tracing.Map("span_attributes") is { } attributes)
        {
            attributes.Texts("header_prefixes");
            attributes.TextMap("static");
            attributes.RefuseOtherKeys();
        }

        foreach (var exporter in tracing.Maps("exporters"))
        {
            if (exporter.OneOf("type", "posthog") is null && !exporter.Has("type"))
                exporter.Error("type", "is required: posthog");
            RequiredUrl(exporter);
            if (!exporter.Has("api_key"))
                exporter.Error("api_key", "is required");
            exporter.Value("distinct_id_header");
            exporter.Flag("capture_messages");
            exporter.RefuseOtherKeys();
        }

        tracing.RefuseOtherKeys();
        root.WithoutEffect("tracing");
    }

    /// <summary>
    /// Reads <c>ratelimits</c>: so many tokens of input a second, minute, hour or day for the requests of a model that have a header with a value. Of two for the same
    /// the first counts.
    /// </summary>
    public static IReadOnlyList<LimitConfig> ReadRateLimits(ConfigMap root)
    {
        var limits = new List<LimitConfig>();
        var seen = new HashSet<(string, string, string)>();
        foreach (var limit in root.Maps("ratelimits"))
        {
            var (model, header, value) = (limit.RequiredText("model"), "", "");
            var (tokens, unit) = (0, (WindowUnit?)null);
            if (limit.Map("selector") is { } selector)
            {
                header = selector.RequiredText("key");
                value = selector.RequiredText("value");
                if (header.Length > 0)
                    HeaderValues.CheckName(selector, "key", header);
                selector.RefuseOtherKeys();
            }
            else if (!limit.Has("selector"))
            {
                limit.Error("selector", "is required");
            }

            if (limit.Map("limit") is { } amount)
            {
                tokens = amount.Whole("tokens", 1, int.MaxValue) ?? 0;
                unit = ConfigNames<WindowUnit>.Find(amount.OneOf("unit", "second", "minute", "hour", "day"));
                if (!amount.Has("tokens"))
                    amount.Error("tokens", "is required");
                if (!amount.Has("unit"))
                    amount.Error("unit", "is required: second, minute, hour or day");
                amount.RefuseOtherKeys();
            }
            else if (!limit.Has("limit"))
            {
                limit.Error("limit", "is required");
            }

            limit.RefuseOtherKeys();
            if (header.Length == 0 || tokens == 0 || unit is null)
                continue;
            if (!seen.Add((model, header.ToLowerInvariant(), value)))
            {
                limit.Notice("selector", $"accepted, without effect: an earlier limit of {model} is for the same requests");
                continue;
            }

            limits.Add(new LimitConfig($"ratelimits-{limits.Count}", LimitKind.Tokens, tokens)
            {
                Window = new WindowConfig(unit.Value),
                Per = LimitSubject.Header,
                PerName = header,
                Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [header] = value },
                Models = [model],
                Cost = TokenCost.OfInput,
            });
        }

        return limits;
    }

    private static void ReadEndpoints(ConfigMap root)
    {
        if (root.Map("endpoints") is not { } endpoints)
            return;
        foreach (var name in endpoints.Keys.ToArray())
        {
            if (!EndpointName().IsMatch(name))
                endpoints.Error(name, "must start with a letter and hold only letters, digits and _");
            if (endpoints.Map(name) is not { } endpoint)
                continue;
            endpoint.RequiredText("endpoint");
            endpoint.Duration("connect_timeout");
            endpoint.OneOf("protocol", "http", "https");
            endpoint.Text("http_host");
            endpoint.Flag("prefix_affinity");
            endpoint.RefuseOtherKeys();
        }

        root.WithoutEffect("endpoints");
    }

    private static void RequiredUrl(ConfigMap map)
    {
        if (map.HttpUrl("url") is null && !map.Has("url"))
            map.Error("url", "is required");
    }

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9_]*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EndpointName();
}
