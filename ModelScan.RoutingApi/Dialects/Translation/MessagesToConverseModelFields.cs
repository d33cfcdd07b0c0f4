using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// What Converse has no words for and single families of models take all the same: <c>additionalModelRequestFields</c>, which Bedrock
/// hands to the model (https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html).
/// </summary>
/// <remarks>
/// <code>
/// Anthropic  {"top_k": 40, "thinking": {"type": "enabled", "budget_tokens": 4096}, "output_config": {"effort": "high"}}
/// Nova       {"inferenceConfig": {"topK": 40}, "reasoningConfig": {"type": "enabled", "maxReasoningEffort": "medium"}}
/// gpt-oss    {"reasoning_effort": "high"}
/// </code>
/// </remarks>
internal sealed class MessagesToConverseModelFields(ModelCapabilities capabilities, DroppedFields dropped)
{
    private const string Nova = "amazon";

    private readonly List<(string Name, Action<Utf8JsonWriter> Write)> _fields = [];

    private bool IsAnthropic => capabilities.ReasoningFamily is null or SealedReasoning.Anthropic;

    /// <summary>Reads what concerns the model: <c>top_k</c>, <c>thinking</c>, <c>output_config.effort</c>.</summary>
    public void Read(RequestField request)
    {
        if (request.Find("top_k") is { } topK)
            ReadTopK(topK);
        var effort = request.Find("thinking") is { } thinking ? ReadThinking(thinking) : null;
        if (request.Find("output_config")?.Find("effort") is { } asked)
            effort = ReadEffort(asked) ?? effort;
        if (effort is null)
            return;
        if (capabilities.ReasoningFamily == Nova)
        {
            Add("reasoningConfig", json =>
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "enabled"u8);
                json.WriteString("maxReasoningEffort"u8, effort);
                json.WriteEndObject();
            });
        }
        else
        {
            Add("reasoning_effort", json => json.WriteStringValue(effort));
        }
    }

    /// <summary>Writes <c>additionalModelRequestFields</c>, if there are any.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="given">The client's own, which come first and count.</param>
    public void Write(Utf8JsonWriter json, RequestField? given)
    {
        if (_fields.Count == 0 && given is null)
            return;
        json.WriteStartObject("additionalModelRequestFields"u8);
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (given is { } fields)
        {
            foreach (var (name, field) in fields.Fields())
            {
                names.Add(name);
                field.CopyRaw(json, name);
            }
        }

        foreach (var (name, write) in _fields)
        {
            if (!names.Add(name))
                continue;
            json.WritePropertyName(name);
            write(json);
        }

        json.WriteEndObject();
    }

    private void Add(string name, Action<Utf8JsonWriter> write) => _fields.Add((name, write));

    private void ReadTopK(RequestField topK)
    {
        var count = topK.Count(0);
        if (!capabilities.Sampling || !(IsAnthropic || capabilities.ReasoningFamily == Nova))
        {
            dropped.Add("top_k");
        }
        else if (IsAnthropic)
        {
            Add("top_k", json => json.WriteNumberValue(count));
        }
        else
        {
            Add("inferenceConfig", json =>
            {
                json.WriteStartObject();
                json.WriteNumber("topK"u8, count);
                json.WriteEndObject();
            });
        }
    }

    // {"type": "enabled", "budget_tokens": 4096} | {"type": "adaptive"} | {"type": "disabled"}; the effort, where the model goes by that
    private string? ReadThinking(RequestField thinking)
    {
        var type = thinking.GetText("type");
        if (type is not ("enabled" or "adaptive" or "disabled"))
            throw thinking.Get("type").Refuse("must be enabled, adaptive or disabled");
        var budget = type == "enabled" ? thinking.Get("budget_tokens").Count(1) : 0;
        if (type == "disabled")
            return null;
        if (!capabilities.ReasoningEffort)
        {
            dropped.Add("thinking");
            return null;
        }

        if (IsAnthropic)
        {
            Add("thinking", json => json.WriteRawValue(thinking.Raw, skipInputValidation: true));
            return null;
        }

        foreach (var (name, _) in thinking.Fields())
        {
            if (name is not ("type" or "budget_tokens"))
                dropped.Add($"thinking.{name}");
        }

        return budget switch
        {
            0 => null,
            <= 4096 => "low",
            <= 12288 => "medium",
            _ => capabilities.HighestEffort,
        };
    }

    private string? ReadEffort(RequestField asked)
    {
        var effort = asked.Text;
        if (effort is not ("low" or "medium" or "high" or "max" or "xhigh"))
            throw asked.Refuse("must be low, medium, high, xhigh or max");
        if (IsAnthropic && capabilities.AdaptiveThinking)
        {
            Add("output_config", json =>
            {
                json.WriteStartObject();
                json.WriteString("effort"u8, effort == "xhigh" ? "max" : effort);
                json.WriteEndObject();
            });
            return null;
        }

        if (!IsAnthropic && capabilities.ReasoningEffort)
            return effort is "low" or "medium" ? effort : capabilities.HighestEffort;
        dropped.Add("output_config.effort");
        return null;
    }
}
