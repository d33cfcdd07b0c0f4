using System.Text;

namespace ModelScan.RoutingApi.Dialects.AmazonConverse;

/// <summary>
/// Names of a request's documents as Converse asks: letters, digits, hyphens, parentheses, brackets and single spaces, at most 200
/// characters, each name once (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html).
/// </summary>
internal sealed class DocumentNames
{
    private const int MaxLength = 200;
    private const int RoomForNumber = 8;

    private readonly UniqueNames _given = new();

    /// <summary>A name made of a title; other characters become hyphens, and <c>Document</c> stands for no title.</summary>
    public string Add(string? title) => _given.Add(Plain(title ?? ""), static (name, number) => $"{name} ({number})");

    private static string Plain(string title)
    {
        var name = new StringBuilder(title.Length);
        foreach (var character in title.AsSpan().Trim())
        {
            if (name.Length == MaxLength - RoomForNumber)
                break;
            if (char.IsWhiteSpace(character))
            {
                if (name[^1] != ' ')
                    name.Append(' ');
            }
            else
            {
                name.Append(char.IsAsciiLetterOrDigit(character) || character is '-' or '(' or ')' or '[' or ']' ? character : '-');
            }
        }

        return name.ToString().Trim() is { Length: > 0 } plain ? plain : "Document";
    }
}
