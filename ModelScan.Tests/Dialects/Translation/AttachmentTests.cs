using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>An image or a file arrives, or the request is refused by the place where it stands: it never just vanishes.</summary>
[Trait("Complaint", "24")]
public sealed class AttachmentTests
{
    private const string Data = "JVBERi0xLjQ=";

    private static readonly Pair[] Translators = [.. Pair.All.Where(pair => pair.Provider != ApiFormat.Converse)];

    public static TheoryData<string, string> Attachments
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var translator in Translators)
            {
                rows.Add(translator.ToString(), "image");
                rows.Add(translator.ToString(), "file");
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Attachments))]
    public void Translate_ForModelThatTakesIt_Arrives(string pair, string kind)
    {
        var exchange = Translate(Find(pair), kind, new ModelCapabilities());
        Assert.Contains(Data, Encoding.UTF8.GetString(exchange.Body.Span), StringComparison.Ordinal);
        Assert.Empty(exchange.Dropped);
    }

    [Theory]
    [MemberData(nameof(Attachments))]
    public void Translate_ForModelThatTakesNone_IsRefusedByItsPlace(string pair, string kind)
    {
        var translator = Find(pair);
        var refusal = Assert.Throws<InvalidRequestException>(() => Translate(translator, kind, new ModelCapabilities { Images = false, Files = false }));
        Assert.StartsWith($"{(translator.Client == ApiFormat.Responses ? "input" : "messages")}[0].content[1]", refusal.Field, StringComparison.Ordinal);
    }

    private static Pair Find(string pair) => Translators.Single(translator => translator.ToString() == pair);

    private static TranslatedExchange Translate(Pair translator, string kind, ModelCapabilities capabilities)
    {
        var part = (translator.Client, kind) switch
        {
            (ApiFormat.Messages, "image") => $$$"""{"type":"image","source":{"type":"base64","media_type":"image/png","data":"{{{Data}}}"}}""",
            (ApiFormat.Messages, _) => $$$"""{"type":"document","title":"d.pdf","source":{"type":"base64","media_type":"application/pdf","data":"{{{Data}}}"}}""",
            (ApiFormat.Responses, "image") => $$"""{"type":"input_image","image_url":"data:image/png;base64,{{Data}}"}""",
            (ApiFormat.Responses, _) => $$"""{"type":"input_file","filename":"d.pdf","file_data":"data:application/pdf;base64,{{Data}}"}""",
            (_, "image") => $$$"""{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{Data}}}"}}""",
            _ => $$$"""{"type":"file","file":{"filename":"d.pdf","file_data":"data:application/pdf;base64,{{{Data}}}"}}""",
        };
        var content = new JsonArray(new JsonObject { ["type"] = translator.Client == ApiFormat.Responses ? "input_text" : "text", ["text"] = "What is it?" }, JsonNode.Parse(part));
        var request = new JsonObject { ["model"] = "m", ["max_tokens"] = 9, [translator.Client == ApiFormat.Responses ? "input" : "messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = content }) };
        if (translator.Client == ApiFormat.Responses)
            request.Remove("max_tokens");
        return translator.Translate(Encoding.UTF8.GetBytes(request.ToJsonString()), PairRun.Context(capabilities));
    }
}
