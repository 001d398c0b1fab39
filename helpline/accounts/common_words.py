"""Words that guessing tools try first, and words of this place: none of them counts in a password.

Well-known passwords of fourteen characters and more are made of these, of runs and of years; a
phrase of ordinary words is not on the list.
"""

_LIST = """
    password passwort passphrase passcode passw0rd motdepasse contrasena secret private
    qwerty qwertz azerty asdf zxcv letmein letme welcome login logon access enter open sesame
    admin administrator root superuser user test testing guest demo default changeme change temp
    temporary example sample system server computer internet network windows microsoft google
    apple android samsung facebook twitter linkedin wechat weixin alipay taobao whatsapp telegram
    helpline hotline counsellor counselor supervisor auditor worker workers factory brand service
    support safety rights voice listen caller office company manager team staff
    iloveyou ilove loveyou love lover lovely forever always together princess sunshine sweetheart
    angel baby honey sweety friends family mother father mummy daddy sister brother
    monkey dragon tiger lion eagle shadow master ninja superman batman spiderman pokemon starwars
    matrix hunter killer rocky football baseball basketball cricket hockey soccer liverpool chelsea
    arsenal manchester barcelona realmadrid
    michael jordan jessica jennifer michelle ashley daniel thomas charlie andrew robert
    summer winter spring autumn monday tuesday wednesday thursday friday saturday sunday
    january february march april june july august september october november december
    happy lucky smile hello goodbye thankyou please freedom whatever trustno trustnoone nothing
    blessed jesus christ heaven god allah krishna ganesh shiva rama india bharat hindustan namaste
    delhi mumbai chennai bangalore kolkata tamil tamilnadu china beijing shanghai guangdong
    guangzhou shenzhen hongkong zhongguo woaini woaini520 nihao mima denglu wangluo 5201314 1314520
    520 1314 88888 66666 168168
    abc123 abcd1234 a1b2c3 q1w2e3 1q2w3e 1qaz2wsx zaq12wsx qazwsx
    flower rainbow cookie chocolate banana orange purple yellow golden silver diamond crystal money
    phoenix thunder cheese pepper ginger buster harley mustang ferrari mercedes yamaha honda toyota
"""

WORDS = frozenset(_LIST.split())
