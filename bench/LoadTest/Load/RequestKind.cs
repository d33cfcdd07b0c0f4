using System.Text;
using LoadTest.Servers;

namespace LoadTest.Load;

/// <summary>How requests of a load differ from each other.</summary>
internal enum Variety
{
    /// <summary>Not at all.</summary>
    Same,

    /// <summary>By session: 1,000 values of <c>x-model-affinity</c>, one after the other.</summary>
    Sessions,

    /// <summary>By prompt: each is new.</summary>
    Prompts,
}

/// <summary>What a load sends.</summary>
/// <param name="Path">Path with query.</param>
/// <param name="Api">The format.</param>
/// <param name="Model">The model asked for.</param>
/// <param name="Variety">How requests differ.</param>
internal sealed record RequestKind(string Path, ApiPath Api, string Model, Variety Variety = Variety.Same)
{
    /// <summary>In a body, where the number of the request goes when prompts differ.</summary>
    public const string NumberMark = "#NUMBER#";

    /// <summary>A body with a short prompt, about 90 bytes.</summary>
    public string Small => Body("Write a sort function.", stream: false);

    /// <summary>A body that asks for a paced stream.</summary>
    public string Stream(StreamShape shape) => Body(shape.ToString(), stream: true);

    /// <summary>A body of about this many bytes.</summary>
    public string OfBytes(int bytes) => Body(Prompt(bytes - Body("", stream: false).Length), stream: false);

    /// <summary>Headers that every client of the format sends.</summary>
    public IEnumerable<(string Name, string Value)> Headers => Api == ApiPath.Messages
        ? [("content-type", "application/json"), ("x-api-key", "load-test"), ("anthropic-version", "2023-06-01")]
        : [("content-type", "application/json"), ("authorization", "Bearer load-test")];

    private string Prompt(int length)
    {
        var text = new StringBuilder(Variety == Variety.Prompts ? NumberMark + " " : "");
        const string Words = "Write a function in Python that reads a file and sorts its lines by length. ";
        while (text.Length < length)
            text.Append(Words.AsSpan(0, Math.Min(Words.Length, length - text.Length)));
        return text.ToString();
    }

    private string Body(string prompt, bool stream)
    {
        var settings = (Api == ApiPath.Messages ? ",\"max_tokens\":64" : "") + (stream ? ",\"stream\":true" : "");
        return Api == ApiPath.Responses
            ? $$"""{"model":"{{Model}}"{{settings}},"input":"{{prompt}}"}"""
            : $$"""{"model":"{{Model}}"{{settings}},"messages":[{"role":"user","content":"{{prompt}}"}]}""";
    }
}
