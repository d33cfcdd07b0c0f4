using System.Text;

namespace ModelScan.RoutingApi.Providers.Headers;

/// <summary>Writes <c>docs/headers.md</c> from the lists.</summary>
internal static class HeaderDocument
{
    public static string Write()
    {
        var text = new StringBuilder("""
            # Which headers pass

            Written from the lists in `ModelScan.RoutingApi/Providers/Headers`; `UPDATE_DOCS=1` and the test `HeaderDocumentTests` write it anew.

            What is not listed stays behind, in both directions: a header is let through because somebody documents what it is for, not because nobody thought of it. A configuration adds names, or beginnings of names:

            ```yaml
            routing:
              headers:
                to_provider: [x-team, x-acme-*]
                to_client: [x-acme-cost]
            ```

            Never passed, whatever a list says: what belongs to one connection (`connection`, `transfer-encoding`, `host`, ...), and whatever `connection` names. A client's credentials (`authorization`, `x-api-key`, `cookie`, ...) reach a provider only by `passthrough_auth`. `traceparent` and `tracestate` are those of the gateway's own span, in the client's trace; `baggage` ends here. A provider's `set-cookie`, `access-control-*`, `www-authenticate`, `location`, `refresh`, `clear-site-data` and the like would act on the client's browser in the gateway's name, and do not pass.

            A Plano or another gateway, asked by `plano_proxy`, `plano_embedded` or as a provider, also gets `x-arch-*`, `x-model-affinity`, `x-plano-cache`, `x-plano-max-switch-spend-pct` and `x-plano-prefix-hash`, and says by `x-modelscan-route`, `x-modelscan-model` and `x-modelscan-decided-by` what it decided.

            ## From client to provider


            """);
        Table(text, RequestHeaderRules.All);
        text.Append("""

            ## From provider to client


            """);
        Table(text, AnswerHeaderRules.All);
        text.Append("""

            ## The query

            Of a client's query a provider gets: 
            """);
        text.AppendJoin(", ", QueryNames.ToProvider.Select(name => $"`{name}`")).Append(". Anything else, a key above all, stays behind.\n");
        return text.ToString();
    }

    private static void Table(StringBuilder text, IReadOnlyList<HeaderRule> rules)
    {
        text.Append("| header | what for | clients of | where translated |\n|---|---|---|---|\n");
        foreach (var rule in rules)
        {
            var formats = rule.Formats.Count == 0 ? "every format" : string.Join(", ", rule.Formats.Select(NameOf));
            text.Append("| `").Append(rule.Name).Append("` | ").Append(rule.Why).Append(" | ").Append(formats).Append(" | ").Append(rule.OnlyUntranslated ? "no" : "yes").Append(" |\n");
        }
    }

    private static string NameOf(ApiFormat format) => format switch
    {
        ApiFormat.ChatCompletions => "Chat Completions",
        ApiFormat.Messages => "Messages",
        ApiFormat.Responses => "Responses",
        _ => format.ToString(),
    };
}
