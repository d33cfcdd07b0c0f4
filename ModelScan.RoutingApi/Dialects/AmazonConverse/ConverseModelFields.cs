using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Fitting;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.AmazonConverse;

/// <summary>
/// What Converse has no words for and single families of models take all the same: <c>additionalModelRequestFields</c>, which Bedrock
/// hands to the model (https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html).
/// </summary>
/// <remarks>
/// <code>
/// Anthropic  {"top_k": 40, "thinking": {"type": "enabled", "budget_tokens": 4096}, "output_config": {"effort": "high"}, "anthropic_beta": ["…"]}
/// Nova       {"inferenceConfig": {"topK": 40}, "reasoningConfig": {"type": "enabled", "maxReasoningEffort": "medium"}}
/// gpt-oss    {"reasoning_effort": "high"}
/// </code>
/// </remarks>
internal sealed class ConverseModelFields(Request request, ModelCapabilities capabilities, Losses losses)
{
    private const string Nova = "amazon";

    private ReasoningFit _reasoning = new();
    private RequestField? _topK;

    private bool IsAnthropic => capabilities.ReasoningFamily is null or SealedReasoning.Anthropic;

    /// <summary>Reads what concerns the model.</summary>
    /// <param name="canThink">Whether the conversation allows it to think.</param>
    /// <param name="limit">The limit that the client set.</param>
    public ReasoningFit Read(bool canThink, int? limit)
    {
        _reasoning = IsAnthropic
            ? ReasoningFit.ByBudget(request.Reasoning, capabilities, canThink, limit, losses)
            : ReasoningFit.ByEffort(request.Reasoning, capabilities, losses);
        if (!IsAnthropic && request.Reasoning.Display is not null)
            losses.Drop("thinking.display");
        if (request.Take("top_k") is { } topK)
        {
            _ = topK.Count(0);
            if (capabilities.Sampling && (IsAnthropic || capabilities.ReasoningFamily == Nova) && !(_reasoning.Thinks && IsAnthropic))
                _topK = topK;
            else
                losses.Drop("top_k");
        }

        return _reasoning;
    }

    /// <summary>Writes <c>additionalModelRequestFields</c>, if there are any; the client's own come first and count.</summary>
    public void Write(Utf8JsonWriter json)
    {
        var given = request.Take("additionalModelRequestFields");
        var isThinking = _reasoning.Thinks || _reasoning.IsOff || _reasoning.Effort is not null;
        var betas = IsAnthropic ? Betas() : [];
        if (given is null && _topK is null && !isThinking && betas.Count == 0)
            return;
        json.WriteStartObject("additionalModelRequestFields"u8);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, field) in given?.Fields() ?? default)
        {
            names.Add(name);
            field.CopyRaw(json, name);
        }

        if (IsAnthropic)
            WriteForAnthropic(json, names, betas);
        else if (capabilities.ReasoningFamily == Nova)
            WriteForNova(json, names);
        else if (_reasoning.Effort is { } effort && names.Add("reasoning_effort"))
            json.WriteString("reasoning_effort"u8, effort);
        json.WriteEndObject();
    }

    private void WriteForAnthropic(Utf8JsonWriter json, HashSet<string> names, List<string> betas)
    {
        if (_topK is { } topK && names.Add("top_k"))
            topK.CopyRaw(json, "top_k");
        if ((_reasoning.Thinks || _reasoning.IsOff) && names.Add("thinking"))
        {
            json.WriteStartObject("thinking"u8);
            json.WriteString("type"u8, _reasoning.IsOff ? capabilities.Reasoning.OffType : _reasoning.IsAdaptive ? "adaptive" : "enabled");
            if (_reasoning.Budget is { } budget)
                json.WriteNumber("budget_tokens"u8, budget);
            request.Reasoning.Display?.CopyRaw(json, "display");
            json.WriteEndObject();
        }

        if (_reasoning.Effort is { } effort && names.Add("output_config"))
        {
            json.WriteStartObject("output_config"u8);
            json.WriteString("effort"u8, effort);
            json.WriteEndObject();
        }

        if (betas.Count == 0 || !names.Add("anthropic_beta"))
            return;
        json.WriteStartArray("anthropic_beta"u8);
        foreach (var beta in betas)
            json.WriteStringValue(beta);
        json.WriteEndArray();
    }

    private List<string> Betas()
    {
        var known = new List<string>();
        foreach (var beta in request.Betas)
        {
            if (capabilities.KnownBetas?.Contains(beta) != false)
                known.Add(beta);
            else
                losses.Drop($"anthropic-beta.{beta}");
        }

        return known;
    }

    private void WriteForNova(Utf8JsonWriter json, HashSet<string> names)
    {
        if (_topK is { } topK && names.Add("inferenceConfig"))
        {
            json.WriteStartObject("inferenceConfig"u8);
            topK.CopyRaw(json, "topK");
            json.WriteEndObject();
        }

        if (_reasoning.Effort is not { } effort || !names.Add("reasoningConfig"))
            return;
        json.WriteStartObject("reasoningConfig"u8);
        json.WriteString("type"u8, "enabled"u8);
        json.WriteString("maxReasoningEffort"u8, effort);
        json.WriteEndObject();
    }
}
