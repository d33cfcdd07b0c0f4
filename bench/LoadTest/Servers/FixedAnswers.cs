using System.Globalization;
using System.Text;

namespace LoadTest.Servers;

/// <summary>Whole answers as they go over the wire, written once.</summary>
internal static class FixedAnswers
{
    /// <summary>Size of the small answer's body in bytes.</summary>
    public const int SmallBytes = 640;

    /// <summary>Size of the large answer's body in bytes.</summary>
    public const int LargeBytes = 32 * 1024;

    private static readonly byte[][] Small = [.. Enum.GetValues<ApiPath>().Select(api => Answer(api, SmallBytes))];
    private static readonly byte[][] Large = [.. Enum.GetValues<ApiPath>().Select(api => Answer(api, LargeBytes))];

    /// <summary>Status line, headers and body.</summary>
    public static ReadOnlyMemory<byte> For(ApiPath api, bool large) => (large ? Large : Small)[(int)api];

    /// <summary>The answer to what is not understood.</summary>
    public static ReadOnlyMemory<byte> LengthRequired { get; } =
        "HTTP/1.1 411 Length Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"u8.ToArray();

    private static byte[] Answer(ApiPath api, int bytes)
    {
        var without = Body(api, "");
        var body = Body(api, Text(bytes - without.Length));
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {body.Length}\r\n\r\n{body}"));
    }

    private static string Body(ApiPath api, string text) => api switch
    {
        ApiPath.Messages => $$$"""{"id":"msg_bench","type":"message","role":"assistant","model":"bench","content":[{"type":"text","text":"{{{text}}}"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":20,"output_tokens":100}}""",
        ApiPath.Responses => $$$"""{"id":"resp_bench","object":"response","created_at":1,"status":"completed","model":"bench","output":[{"id":"msg_bench","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"{{{text}}}","annotations":[]}]}],"usage":{"input_tokens":20,"output_tokens":100,"total_tokens":120}}""",
        _ => $$$"""{"id":"chatcmpl-bench","object":"chat.completion","created":1,"model":"bench","choices":[{"index":0,"message":{"role":"assistant","content":"{{{text}}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":100,"total_tokens":120}}""",
    };

    private static string Text(int length)
    {
        const string Words = "an answer of a fixed length, word after word, ";
        return string.Concat(Enumerable.Repeat(Words, length / Words.Length + 1))[..length];
    }
}
